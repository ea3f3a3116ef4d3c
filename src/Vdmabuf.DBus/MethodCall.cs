namespace Vdmabuf.DBus;

/// <summary>Whom to call and what.</summary>
/// <param name="Destination">Bus name; null on a peer-to-peer connection.</param>
/// <param name="Path">Object path.</param>
/// <param name="Interface">Interface name.</param>
/// <param name="Member">Method name.</param>
public readonly record struct MethodCall(string? Destination, string Path, string Interface, string Member);
