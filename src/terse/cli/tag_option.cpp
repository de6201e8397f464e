#include "terse/cli/tag_option.h"

#include "terse/model/identity.h"

namespace terse::cli {

void add_tag_option(Command command, std::string& tag) {
  command.add_option("--tag", tag,
                     "first byte of each message, which tells formats apart: auto (from what "
                     "travels), a byte such as 126 or 0x7e, or none (none)");
}

void require_tag(const std::string& tag, quantize::Method method) {
  model::Model any;
  any.method = method;
  model::tag_of(tag, any);
}

void give_tag(model::Model& model, const std::string& tag) {
  model.tag = model::tag_of(tag, model);
}

}  // namespace terse::cli
