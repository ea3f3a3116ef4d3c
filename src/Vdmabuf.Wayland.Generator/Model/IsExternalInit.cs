namespace System.Runtime.CompilerServices;

/// <summary>What the compiler looks for to allow records; netstandard2.0 does not have it.</summary>
internal static class IsExternalInit
{
}
