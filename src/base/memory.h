/* What becomes of the process's memory: when it runs out, and when somebody wants to look into it. */
#ifndef HOOKSWITCH_BASE_MEMORY_H
#define HOOKSWITCH_BASE_MEMORY_H

/* Memory holds keys and what callers say: from now on the process leaves no core file, and others of its user cannot
 * look into it. Not where HOOKSWITCH_DEBUG is set. */
void memory_hide(void);

/* While on, what is freed is overwritten, by the libraries as well, where the C library can do that (glibc). When it is
 * switched off, what was called in the meantime leaves nothing on the stack. */
void memory_wipe_freed(int on);

#endif
