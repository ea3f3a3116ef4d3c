// Tests count this process's fds, which a neighbour would change.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
