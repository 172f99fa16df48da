SELECT current_user;
;
