"""Reports: a results folder goes in, one HTML file and a brief (figures, tables, methods, findings) come out."""
