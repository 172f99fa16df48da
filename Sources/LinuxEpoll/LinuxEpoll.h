// Swift's Glibc and Musl modules leave these system headers out.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

// As poll.h declares it for programs that ask for extensions, which would change other headers as well.
int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
