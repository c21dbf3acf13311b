//! How the service is reached: REST, pages, public verification. Handlers parse, authorise, call one use case, render.
