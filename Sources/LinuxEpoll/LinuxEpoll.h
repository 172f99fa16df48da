// Swift's Glibc and Musl modules leave these two system headers out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
