"""What is not shown to others, in words."""

import errors


class TextBlocked(errors.Unprocessable):
    """`params`: rule (a record that `errors.render_message` can say), words."""

    code = "text-blocked"
    message = "This text breaks a rule ({rule}) by: {words}. Write it without that."
