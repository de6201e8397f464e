// The formats of `terse export`. A format is one entry of the table in export.cpp and one function.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/cli/table_options.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::cli {

/// Everything given on the command line; each format reads what concerns it.
struct ExportRequest {
  std::string model_path;
  model::Model model;
  std::string format;
  std::string folder;
  std::string prefix;   ///< an identifier: as given, or made from the model's file name
  std::string tag;      ///< empty: the model's own
  std::string version;  ///< of a package; empty: after the one in the folder
  bool report = false;
  bool json = false;
  // Formats that hold the encoder in C.
  std::string form = "size";
  std::vector<std::string> inputs;
  std::string inputs_file;
  TableOptions calibration;
  int threshold_bytes = 4;
  bool with_network = false;
  bool send_on_change = false;
  // Decoders.
  bool compact = false;
  bool flat = false;
  bool network = false;
};

/// The result of a format: its files and, for --json and --report, a description of them.
struct Exported {
  std::vector<export_text::File> files;
  nlohmann::ordered_json facts = nlohmann::ordered_json::object();
  std::string report;
};

struct ExportFormat {
  std::string_view name;
  std::string_view gives;
  Exported (*make)(const ExportRequest&);
  /// Declares the options of this format alone; null if it has none.
  void (*add_options)(Command, ExportRequest&);
};

void add_c_options(Command command, ExportRequest& request);
/// c, arduino, platformio, esp-idf, zephyr
Exported export_c(const ExportRequest& request);

Exported export_rust(const ExportRequest& request);
Exported export_micropython(const ExportRequest& request);

void add_js_options(Command command, ExportRequest& request);
Exported export_js(const ExportRequest& request);
Exported export_onnx(const ExportRequest& request);
Exported export_header(const ExportRequest& request);

}  // namespace terse::cli
