"""How people show who they are: second factors, passkeys, PINs on shared tablets, invitations, other providers."""
