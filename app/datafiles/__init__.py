"""Answers become files, in jobs: what is asked for, how it is made, where it waits until it is fetched."""
