// Environment variables (XDG_RUNTIME_DIR) and signal handlers belong to the process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
