// QEMU, Weston and the program share two processors on the smallest machine: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
