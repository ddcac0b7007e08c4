"""What the generation room refuses."""

import errors


class ModelNotFound(errors.Invalid):
    code = "model-not-found"
    message = "There is no model {model}; accepted: {accepted}."


class PromptBlocked(errors.Unprocessable):
    """`params`: rule (a record that `errors.render_message` can say), words."""

    code = "prompt-blocked"
    message = "This prompt breaks a rule ({rule}) by: {words}. Write it without that; nothing was charged."


class TooMuchText(errors.Unprocessable):
    """`params`: count, most: characters of all prompts together."""

    code = "too-much-text"
    message = "All prompts together have {count} characters; at most {most} are accepted."


class StillNotFound(errors.NotFound):
    code = "still-not-found"
    message = "There is no such picture among yours. Upload one with POST /api/v1/uploads and send its id."


class PictureGone(errors.Gone):
    code = "picture-gone"
    message = "The picture this clip was to be made from was deleted. Upload it again and ask anew."


class TooLongTogether(errors.Invalid):
    code = "too-long-together"
    message = (
        "Together this would last {seconds} s; a clip lasts at most {most} s. Ask for at most {left} s more."
    )


class NothingToCancel(errors.Conflict):
    code = "nothing-to-cancel"
    message = "This is {state} already; only what is still being made can be cancelled."
    enum_params = ("state",)
