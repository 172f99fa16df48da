"""Notices and notifications."""
import psycopg

with psycopg.connect(autocommit=True) as connection:
    connection.add_notice_handler(lambda notice: print(notice.severity, notice.message_primary))
    connection.execute("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
    connection.execute("LISTEN here")
    connection.execute("NOTIFY here, 'a payload'")
    for note in connection.notifies(stop_after=1):
        print(note.channel, note.payload)
