"""The OpenAPI document: operations named and described, with the errors that each can really give."""
