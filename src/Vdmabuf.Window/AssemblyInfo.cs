using System.Runtime.CompilerServices;

// The libdecor binding's signatures are blittable, but for strings, which the generator encodes.
[assembly: DisableRuntimeMarshalling]
