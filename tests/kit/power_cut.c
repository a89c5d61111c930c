/* Records what is written to files whose path begins with POWER_CUT_PATH, and when it is flushed, in POWER_CUT_LOG.
   A record: operation, length of the path, offset, length of the data; then both. Built for LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

struct head {
    uint32_t operation, path, data, unused;
    uint64_t offset;
};

static void note(char operation, const char *path, uint64_t offset, const void *data, size_t size)
{
    const char *log = getenv("POWER_CUT_LOG"), *prefix = getenv("POWER_CUT_PATH");
    int kept = errno;
    if (log && prefix && (strncmp(path, prefix, strlen(prefix)) == 0 || operation == 's')) {
        struct head head = {operation, strlen(path), size, 0, offset};
        size_t all = sizeof head + head.path + size;
        char *record = malloc(all);
        int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        memcpy(record, &head, sizeof head);
        memcpy(record + sizeof head, path, head.path);
        if (size)
            memcpy(record + sizeof head + head.path, data, size);
        if (fd < 0 || syscall(SYS_write, fd, record, all) != (long)all)
            abort();
        close(fd);
        free(record);
    }
    errno = kept;
}

static const char *path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static ssize_t wrote(int fd, const void *data, ssize_t size, off64_t offset)
{
    char path[PATH_MAX];
    if (size > 0)
        note('w', path_of(fd, path), offset, data, size);
    return size;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return wrote(fd, data, REAL(pwrite64)(fd, data, size, offset), offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return wrote(fd, data, REAL(pwrite)(fd, data, size, offset), offset);
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t done = REAL(write)(fd, data, size);
    return wrote(fd, data, done, done > 0 ? lseek64(fd, 0, SEEK_CUR) - done : 0);
}

static int synced(int fd, int answer)
{
    char path[PATH_MAX];
    if (answer == 0)
        note('s', path_of(fd, path), 0, NULL, 0);
    return answer;
}

int fsync(int fd) { return synced(fd, REAL(fsync)(fd)); }

int fdatasync(int fd) { return synced(fd, REAL(fdatasync)(fd)); }

static int truncated(int fd, off64_t size, int answer)
{
    char path[PATH_MAX];
    if (answer == 0)
        note('t', path_of(fd, path), size, NULL, 0);
    return answer;
}

int ftruncate64(int fd, off64_t size) { return truncated(fd, size, REAL(ftruncate64)(fd, size)); }

int ftruncate(int fd, off_t size) { return truncated(fd, size, REAL(ftruncate)(fd, size)); }

int unlink(const char *path)
{
    int answer = REAL(unlink)(path);
    if (answer == 0)
        note('u', path, 0, NULL, 0);
    return answer;
}
