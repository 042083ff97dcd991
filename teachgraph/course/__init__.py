"""Exercises that look at the graph an answer is, and at the values it gives.

    from teachgraph.course import check
    check("L01.E2", answer)

A lesson is one small file beside this one: a function for each exercise, made of the
questions in `expect`. Lectures, exercises and solutions are in `course/` of the
repository.
"""

from teachgraph.course import lesson01, lesson02, lesson03, lesson04, lesson05, lesson06
from teachgraph.course.exercise import EXERCISES, Right, Wrong, check

LESSONS = (lesson01, lesson02, lesson03, lesson04, lesson05, lesson06)

__all__ = ["EXERCISES", "LESSONS", "Right", "Wrong", "check"]
