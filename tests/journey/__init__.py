"""The journey as a whole: from an enquiry to a figure, in processes that are killed."""
