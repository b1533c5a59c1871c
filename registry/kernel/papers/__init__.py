"""Administrative documents: what one says is described once, and set as DOCX and as PDF with the same content."""
