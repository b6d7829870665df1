"""What a report says of its method and its limits, in words."""

from __future__ import annotations

EQUAL = "each counts the same"
BY_QUALITY = "each counts by its quality, which is of its size, its sharpness and its pose"

NUMBERS = (
    (
        "Scores",
        "eight numbers for each face in each frame, which sum to 1: how people who were shown such a "
        "face would divide their votes. They say what an expression looks like.",
    ),
    (
        "Smoothing",
        "each face's scores are averaged over time with a time constant of 0.25 s, so that a change "
        "shows about 0.25 s after it happened.",
    ),
    (
        "Mean scores",
        "the mean over all readings of faces in {length:g} s, every {interval:g} s; {counted}. They are "
        "drawn at the middle of those seconds.",
    ),
    ("Distribution", "the share of those readings whose highest score each emotion is."),
    (
        "Faces",
        "are followed from frame to frame and numbered. Nobody is recognised: who leaves the picture and "
        "comes back has a new number, and after a cut everybody has.",
    ),
    ("Coverage", "the share of the recording that analysed frames stand for."),
    (
        "Not readable",
        "a face that is too small, blurred or turned away. Its scores are drawn to an eighth each.",
    ),
)
"""Terms and what they mean; `length` and `interval` are the windows', `counted` how readings count."""

LIMITS = (
    "The scores are of apparent expression: what a face looks like to others, not what somebody feels, "
    "thinks or intends. A smile may be politeness, a frown thought or bright light. No decision about a "
    "person should rest on them.",
    "The models that come with Semblance learnt from posed and found photographs, mostly of adults who "
    "face the camera. How well they read by skin tone, age or sex, and with glasses, beards or scarves, "
    "is not measured: expect it to be uneven.",
    "Talking moves the mouth, and a talking face is often read as something it does not show. Read "
    "stretches of seconds rather than single moments.",
)

PICTURED = "This page holds pictures of faces, and so personal data: keep it as you keep the recordings."
PICTURELESS = "This page holds nothing of any picture, only figures of what was read from them."
