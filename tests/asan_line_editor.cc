// Only for builds with the address sanitizer, in the program that edits lines.
//
// libedit copies the names of the functions that are bound to keys, and never frees them. Its frames cannot be
// unwound, so they are known by what they call, which nothing of ours does.
extern "C" const char* __lsan_default_suppressions() { return "leak:wcsdup\n"; }
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
