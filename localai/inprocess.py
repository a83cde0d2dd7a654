"""The Workers AI dialect without HTTP: LocalAI and its async face; it must not know sockets."""
