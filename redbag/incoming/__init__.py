"""What other systems send: FHIR documents and messages, read into plain values without knowing anybody here."""
