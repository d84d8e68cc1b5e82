"""Speed and accuracy of CloudTune and its peers, measured side by side in one run."""
