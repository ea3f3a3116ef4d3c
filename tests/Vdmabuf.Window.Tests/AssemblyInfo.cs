// Fds and allocations are counted for the whole process or thread: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
