/* Protects the process's memory, and ends the process when memory runs out. */
#ifndef HOOKSWITCH_BASE_MEMORY_H
#define HOOKSWITCH_BASE_MEMORY_H

/* Keys and callers' words are in memory: disables core files and debuggers of other processes of the same user, unless
 * HOOKSWITCH_DEBUG is set. */
void memory_hide(void);

/* While on, what is freed is overwritten, by the libraries as well, where the C library can do that (glibc). When it is
 * switched off, what was called in the meantime leaves nothing on the stack. */
void memory_wipe_freed(int on);

#endif
