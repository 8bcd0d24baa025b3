/* Two clocks: a monotonic one to wait and measure by, and the wall clock for timestamps. */
#ifndef HOOKSWITCH_BASE_CLOCK_H
#define HOOKSWITCH_BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_ms(void);
/* Microseconds since 1970, as the host believes. */
int64_t clock_wall_us(void);
/* Sleeps; a signal may end it early. */
void clock_sleep(int ms);

/* A condition variable that waits by clock_ms: setting the wall clock neither shortens nor prolongs a wait. */
void clock_condition_init(pthread_cond_t *condition);
/* Waits for a signal until `until_ms` of clock_ms. False when that has passed. May return early without a signal. */
bool clock_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until_ms);

#endif
