using System.Runtime.CompilerServices;

// Every native signature here is blittable; nothing is marshalled behind the reader's back.
[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("Vdmabuf.Linux.Tests")]
