#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "alerts/template/node.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// Templates by name. A tree is shared by all sets that hold it.
using TreeSet = std::map<std::string, std::shared_ptr<const Tree>, std::less<>>;

/// Parses `text` as the template `name` and adds it and all that it defines to `trees`. A template
/// that exists already is replaced, unless the new one is empty.
///
/// Errors: kInvalidArgument `template: NAME:LINE: …` as Go's text/template words it. Nesting over
///         200 levels is refused. After an error `trees` is as before.
Status ParseInto(TreeSet& trees,
                 const std::string& name,
                 std::string_view text,
                 const std::function<bool(std::string_view)>& is_function);

}  // namespace sidewatch::alerts::templates
