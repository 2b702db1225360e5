"""How the service learned what it knows: our own labelled comments, and the script that learns."""
