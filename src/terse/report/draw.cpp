#include "terse/report/draw.h"

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>

#include "terse/base/destination.h"
#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/report/assets.h"

extern char** environ;

namespace terse::report {
namespace {

// What the libraries need around them: a place for their exports, and each other.
std::string library(std::string_view name, std::string_view code, std::string_view required) {
  return fmt::format(
      "const {} = {{}};\n(function(exports, module, require) {{\n{}\n}})({}, {{}}, () => {});\n",
      name, code, name, required);
}

std::string script_of(const std::vector<Figure>& figures, const std::filesystem::path& directory) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Figure& figure : figures) {
    const std::string file = std::filesystem::absolute(directory / (figure.name + ".svg.part"));
    list.push_back({{"spec", nlohmann::ordered_json::parse(figure.spec)}, {"file", file}});
  }
  return library("vega", assets::vega(), "null") +
         library("vegaLite", assets::vega_lite(), "vega") + "const figures = " + list.dump() +
         ";\n" + std::string(assets::draw_script());
}

// Exit status of `node ARGUMENT`; the error number, negative, if it does not start.
int run_node(const std::string& argument) {
  std::string program = "node";
  std::string text = argument;
  char* arguments[] = {program.data(), text.data(), nullptr};
  pid_t process = 0;
  if (const int error = posix_spawnp(&process, "node", nullptr, nullptr, arguments, environ);
      error != 0) {
    return -error;
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

bool can_draw() {
  return !assets::vega().empty() && run_node("--eval=0") == 0;
}

void draw_svg(const std::vector<Figure>& figures, const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  if (assets::vega().empty()) {
    throw base::JobError("this build has no chart library: build with -DTERSE_REPORT_CHARTS=ON");
  }
  base::NewFile script((directory / "draw.js").string());
  script.write(script_of(figures, directory));
  script.close();
  // The temporary name ends as it likes; Node takes any file for a script of the CommonJS kind.
  const int status = run_node(script.temporary_path());
  if (status < 0) {
    throw base::JobError("SVG files are drawn by Node, which cannot be started (" +
                         std::generic_category().message(-status) +
                         "): install it (Debian: apt-get install nodejs), or save the figures from "
                         "report.html");
  }
  if (status > 0) {
    throw base::JobError(
        fmt::format("drawing the figures failed: Node ended with status {}", status));
  }
  for (const Figure& figure : figures) {
    const fs::path file = directory / (figure.name + ".svg");
    base::put_in_place(file.string() + ".part", file.string());
  }
}

}  // namespace terse::report
