"""What holds everywhere: the documents, the deployment, the API and its document."""
