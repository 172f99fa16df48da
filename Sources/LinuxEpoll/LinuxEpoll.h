// Swift's Glibc and Musl modules leave these system headers out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
