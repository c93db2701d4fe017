"""Sheet CAM_TINH of the workbook: people on their way, one row a file; and taking it back."""
