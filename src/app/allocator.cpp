/// Read by jemalloc before `main`: a thread of its own gives back to the system what was free for two seconds, also the
/// memory of threads that sleep, so that a busy hour does not leave its peak behind. Bodies of up to 256 KiB stay in a
/// thread's cache: without it each costs a microsecond more. MALLOC_CONF overrides it.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:2000,muzzy_decay_ms:0,tcache_max:262144";
