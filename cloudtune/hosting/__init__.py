"""Where a review is read: pull requests on GitHub and GitLab, findings in their formats."""
