"""Stories composed and labeled for this project, for training and measuring: invented officials, invented words.

Agencies are real places; nobody in here is real and nothing in here was said. Each file is of another hand, blind to the
code and to the others, so that what is learned from some can be measured on the rest. Those named `elsewhere` are about
something else, and teach that a police chief's words are mostly no statement.
"""
