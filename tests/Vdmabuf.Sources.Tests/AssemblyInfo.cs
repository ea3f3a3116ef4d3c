using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

// Tests count the fds of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
