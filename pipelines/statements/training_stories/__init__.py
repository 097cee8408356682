"""Stories composed and labeled for this project, for training and measuring: invented officials, invented words.

Agencies are real places; nobody in here is real and nothing in here was said. Five hands wrote a file each, blind to the
code and to one another, so that what is learned from four can be measured on the fifth.
"""
