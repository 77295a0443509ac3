"""Layouts that are met in the wild: what transcribers, broadcasters, meeting programs and blogs make of turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import Transcript
from kg.read import read_text

Said = Callable[[Transcript], list[tuple[str | None, float | None, str]]]

LAYOUTS = [
    (
        "name-then-time.txt",
        "plain-turns",
        """Table of Contents
Here are the loose "chapters" in the conversation. Click link to jump approximately to that part in the transcript:

0:00 – Introduction
2:07 – Scaling

Introduction
Jane Fridmann
(00:00:00)
The following is a conversation with Tom Poe. He is great. And now, dear friends, here's Tom Poe.

Tom Poe
(00:00:10)
Thanks, Jane. I have been thinking about water
(00:00:42)
for a long time. And so on.

Scaling
Jane Fridmann
(00:02:07)
Let us talk about scaling. What is it?

Tom Poe
(00:02:15)
It is more of the same.
""",
        [
            (
                "Jane Fridmann",
                0.0,
                "The following is a conversation with Tom Poe. He is great. And now, dear friends, here's Tom Poe.",
            ),
            ("Tom Poe", 10.0, "Thanks, Jane. I have been thinking about water for a long time. And so on."),
            ("Jane Fridmann", 127.0, "Let us talk about scaling. What is it?"),
            ("Tom Poe", 135.0, "It is more of the same."),
        ],
    ),
    (
        "broadcast.txt",
        "plain-turns",
        """TERRY ROE, HOST:

This is FRESH WATER. I'm Terry Roe. My guest is Tom Poe.

(SOUNDBITE OF MUSIC)

ROE: Tom Poe, welcome to FRESH WATER.

TOM POE: Thank you. It's (laughter) good to be here.

ROE: I want to ask you this: how do you cool it?

POE: Water.

UNIDENTIFIED PERSON #1: (As character) Hello.

ROE: (Laughter).

Copyright © 2024 NPR. All rights reserved.
""",
        [
            ("TERRY ROE, HOST", None, "This is FRESH WATER. I'm Terry Roe. My guest is Tom Poe."),
            ("ROE", None, "Tom Poe, welcome to FRESH WATER."),
            ("TOM POE", None, "Thank you. It's good to be here."),
            ("ROE", None, "I want to ask you this: how do you cool it?"),
            ("POE", None, "Water."),
            ("UNIDENTIFIED PERSON #1", None, "(As character) Hello."),
        ],
    ),
    (
        "bold-names-alone.md",
        "markdown",
        """# Tom Poe - Water

## Transcript

**00:00:00 - Why water matters**

**Jane Patel**

*00:00:00*

Today I have the pleasure of speaking with Tom Poe.

**Tom Poe**

*00:00:12*

Thanks for having me.

**Jane Patel**

*00:00:20*

What about air?
""",
        [
            ("Jane Patel", 0.0, "Today I have the pleasure of speaking with Tom Poe."),
            ("Tom Poe", 12.0, "Thanks for having me."),
            ("Jane Patel", 20.0, "What about air?"),
        ],
    ),
    (
        "name-time-paragraph.md",
        "plain-turns",
        """## (00:00:00) – Why water

Jane Patel 00:00:00

Today I have the pleasure of speaking with Tom Poe.

Tom Poe 00:00:12

Thanks for having me.

Jane Patel 00:00:20

What about air?
""",
        [
            ("Jane Patel", 0.0, "Today I have the pleasure of speaking with Tom Poe."),
            ("Tom Poe", 12.0, "Thanks for having me."),
            ("Jane Patel", 20.0, "What about air?"),
        ],
    ),
    (
        "meeting.txt",
        "srt",
        """0:0:0.0 --> 0:0:4.730
Jane Roe
Hello everyone, and welcome to this call.
0:0:5.10 --> 0:0:9.730
Tom Poe
Hi Jane, good morning.
0:0:10.10 --> 0:0:12.730
Jane Roe
Let us start.
""",
        [
            ("Jane Roe", 0.0, "Hello everyone, and welcome to this call."),
            ("Tom Poe", 5.1, "Hi Jane, good morning."),
            ("Jane Roe", 10.1, "Let us start."),
        ],
    ),
    (
        "header-and-keywords.txt",
        "plain-turns",
        """Meeting about water
Tue, Mar 5, 2024 10:04AM • 32:10

SUMMARY KEYWORDS
water, chips, cooling

SPEAKERS
Jane Roe, Tom Poe

Jane Roe  00:00
Hello everyone. So today is about water.

Tom Poe  00:12
Yes. It is.

Jane Roe  00:15
Right.

Transcribed by https://otter.ai
""",
        [
            ("Jane Roe", 0.0, "Hello everyone. So today is about water."),
            ("Tom Poe", 12.0, "Yes. It is."),
            ("Jane Roe", 15.0, "Right."),
        ],
    ),
    (
        "name-time-colon.txt",
        "plain-turns",
        """Speaker 1 (00:00):
Hello and welcome everyone.

Jane Roe (00:12):
Thank you very much. It is so good.
(00:40)
And another paragraph without a name.

Speaker 1 (01:02):
Right.
""",
        [
            ("Speaker 1", 0.0, "Hello and welcome everyone."),
            ("Jane Roe", 12.0, "Thank you very much. It is so good. And another paragraph without a name."),
            ("Speaker 1", 62.0, "Right."),
        ],
    ),
    (
        "dash-bracket.srt",
        "srt",
        """1
00:00:00,000 --> 00:00:02,000
- [Jane] Hello everyone.

2
00:00:02,000 --> 00:00:04,000
- Hi Jane, good to see you.

3
00:00:04,000 --> 00:00:06,000
- [Jane] So, water.
""",
        [
            ("Jane", 0.0, "Hello everyone."),
            (None, 2.0, "Hi Jane, good to see you."),
            ("Jane", 4.0, "So, water."),
        ],
    ),
    (
        "meeting.vtt",
        "webvtt",
        """WEBVTT

1
00:00:01.000 --> 00:00:03.000
Jane Roe: Hello everyone, and welcome.

2
00:00:03.500 --> 00:00:05.000
Tom Poe: Hi Jane.

3
00:00:05.500 --> 00:00:07.000
Jane Roe: Let us start: water.
""",
        [
            ("Jane Roe", 1.0, "Hello everyone, and welcome."),
            ("Tom Poe", 3.5, "Hi Jane."),
            ("Jane Roe", 5.5, "Let us start: water."),
        ],
    ),
    (
        "times-inside.txt",
        "prose",
        """(00:00) Hello everyone and welcome to this thing (00:05) which is about water (00:10) and about air and (00:15) so on and so forth.
""",
        [
            (
                None,
                None,
                "Hello everyone and welcome to this thing which is about water and about air and so on and so forth.",
            ),
        ],
    ),
    (
        "bold-questions.md",
        "prose",
        """# Interview with Tom

**How do you cool a chip?**

With water, mostly. It is cheap and it is there.

**And oil?**

Sometimes. Not often.
""",
        [
            (None, None, "How do you cool a chip?"),
            (None, None, "With water, mostly. It is cheap and it is there."),
            (None, None, "And oil?"),
            (None, None, "Sometimes. Not often."),
        ],
    ),
    (
        "bullets.md",
        "markdown",
        """* **Jane Roe**: Hello everyone, and welcome.
* **Tom Poe**: Hi Jane.
* **Jane Roe**: Great.
""",
        [
            ("Jane Roe", None, "Hello everyone, and welcome."),
            ("Tom Poe", None, "Hi Jane."),
            ("Jane Roe", None, "Great."),
        ],
    ),
    (
        "time-before-bold.md",
        "markdown",
        """[00:00:00] **Jane Roe:** Hello everyone, and welcome.

[00:00:10] **Tom Poe:** Hi Jane. I said hi

[00:00:20] and I meant it.

[00:00:30] **Jane Roe:** Great.
""",
        [
            ("Jane Roe", 0.0, "Hello everyone, and welcome."),
            ("Tom Poe", 10.0, "Hi Jane. I said hi and I meant it."),
            ("Jane Roe", 30.0, "Great."),
        ],
    ),
    (
        "sound-lines.txt",
        "plain-turns",
        """[Music]
JANE: welcome to the show

[Applause]
TOM: thanks

JANE: so
""",
        [
            ("JANE", None, "welcome to the show"),
            ("TOM", None, "thanks"),
            ("JANE", None, "so"),
        ],
    ),
    (
        "blog.html",
        "html",
        """<html><head><title>Water | Some Site</title><meta name="author" content="Jane"></head><body><div id="root"><header>Menu</header>
<div class="post"><h1>Water</h1><p>An intro paragraph that is no transcript at all.</p><h2>Transcript</h2>
<p><strong>Jane Roe</strong> 00:00:00</p><p>Hello everyone, and welcome.</p><p>We start.</p>
<p><strong>Tom Poe</strong> 00:00:12</p><p>Hi Jane.</p>
<p><strong>Jane Roe</strong> 00:00:20</p><p>So.</p>
<h2>Comments</h2><p>Eve: first! I love this.</p></div></div></body></html>
""",
        [
            ("Jane Roe", 0.0, "Hello everyone, and welcome. We start."),
            ("Tom Poe", 12.0, "Hi Jane."),
            ("Jane Roe", 20.0, "So."),
        ],
    ),
]


@pytest.mark.parametrize(
    ("name", "format", "text", "expected"), LAYOUTS, ids=[layout[0] for layout in LAYOUTS]
)
def test_layout_is_recognised_and_read(
    name: str, format: str, text: str, expected: list[tuple[str | None, float | None, str]], said: Said
) -> None:
    transcript = read_text(text, source=name)
    assert transcript.format == format
    assert said(transcript) == expected
    assert transcript.warnings == ()
