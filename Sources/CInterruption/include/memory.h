// How much memory the process may take, and a sentence for the end when there is none.
#ifndef MEMQ_MEMORY_H
#define MEMQ_MEMORY_H

#include <stdbool.h>

// Bytes that are the process's own and resident.
unsigned long long memq_memory_used(void);

// Forgets what was spent; `most` bytes are allowed from now on, 0 for what is usual.
void memq_memory_begin(unsigned long long most);

// Whether more is in use than is allowed: `most`, else `usual` beside what was in use at the
// beginning (0 for no such bound), and never more than the machine and the limits of the process
// give. Once true it stays so until the next beginning.
bool memq_memory_exceeds(unsigned long long usual);

// Whether nothing but the usual is allowed.
bool memq_memory_is_usual(void);

// Takes all for spent, for another reason than what is in use.
void memq_memory_spend(void);

// As `memq_memory_exceeds(0)`, but looks only now and then: about 1 ns.
bool memq_memory_poll(void);

// Bytes in use when it was found to be too much; 0 when it was not.
unsigned long long memq_memory_spent(void);

// Whether it was all that the machine, or the limits of the process, gives.
bool memq_memory_lacks(void);

// Bytes that were allowed then.
unsigned long long memq_memory_allowed(void);

// Notes how much of a content was read, and tells how much that was.
void memq_memory_note(unsigned long long content);
unsigned long long memq_memory_content(void);

// When memory runs out all the same, the process ends with a sentence and status 2.
void memq_memory_catch(void);

#endif
