#pragma once

#include "alerts/template/template.h"

namespace sidewatch::alerts::templates {

/// The templates that receivers use unless their configuration says otherwise
/// (`slack.default.title`, `email.default.html`…), to which a user's files and texts are added with
/// Template::With. Missing labels print as empty texts.
const Template& DefaultTemplates(Escaping escaping);

}  // namespace sidewatch::alerts::templates
