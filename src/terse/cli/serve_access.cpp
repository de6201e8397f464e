#include "terse/cli/serve_access.h"

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {

void add_access_options(Command command, AccessArguments& arguments) {
  command
      .add_option("--accept-weaker", arguments.accept_weaker,
                  "device=NAME or model=NAME: others than the device itself may write too, though "
                  "it proves itself by its own key; may be repeated")
      .repeatable();
}

serve::core::WeakerSenders weaker_senders(const AccessArguments& arguments) {
  serve::core::WeakerSenders weaker;
  for (const std::string& text : arguments.accept_weaker) {
    const std::size_t equals = text.find('=');
    const std::string kind = text.substr(0, equals);
    const std::string name = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (name.empty() || (kind != "device" && kind != "model")) {
      throw base::InputError("--accept-weaker", "",
                             text::in_quotes(text) + " names neither a device nor a model",
                             "write device=NAME or model=NAME");
    }
    (kind == "device" ? weaker.devices : weaker.models).insert(name);
  }
  return weaker;
}

}  // namespace terse::cli
