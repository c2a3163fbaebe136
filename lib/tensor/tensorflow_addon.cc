// The native addon of the tensorflow backend: tfjs-node's own, and with it the means to write operations down in a graph
// instead of running them, and to make the graph a function of TensorFlow's eager context. Such a function is run like an
// operation, by its name; its arguments and results are ordinary tensors, which are not copied.

#include <node_api.h>

#ifdef __linux__
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#include "tensor_memory.h"
#endif

#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

// tfjs-node registers its module by this macro; here its initialisation is called by ours.
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_binding.cc"

namespace nlora {

using tfnodejs::TFJSBackend;

// TFJSBackend keeps its context and its tensors private; an explicit instantiation may name them all the same (C++17, 13.9.2/6).
using Handles = std::unordered_map<int32_t, TFE_TensorHandle*>;
TFE_Context* contextOf(TFJSBackend& backend);
Handles& handlesOf(TFJSBackend& backend);
template <TFE_Context* TFJSBackend::* context, Handles TFJSBackend::* handles>
struct Reveal {
  friend TFE_Context* contextOf(TFJSBackend& backend) { return backend.*context; }
  friend Handles& handlesOf(TFJSBackend& backend) { return backend.*handles; }
};
template struct Reveal<&TFJSBackend::tfe_context_, &TFJSBackend::tfe_handle_map_>;

struct Status {
  TF_Status* status = TF_NewStatus();
  ~Status() { TF_DeleteStatus(status); }
  operator TF_Status*() { return status; }
  void check() {
    if (TF_GetCode(status) != TF_OK) throw std::runtime_error(TF_Message(status));
  }
};

struct Graph {
  TF_Graph* graph = TF_NewGraph();
  std::vector<TF_Output> values;
  int nodes = 0;
  ~Graph() { TF_DeleteGraph(graph); }
  TF_OperationDescription* begin(const std::string& op) {
    return TF_NewOperation(graph, op.c_str(), (op + "_" + std::to_string(nodes++)).c_str());
  }
};

// JavaScript values.

void check(napi_status status) {
  if (status != napi_ok) throw std::runtime_error("a value of the wrong type was given to the TensorFlow addon");
}

std::vector<napi_value> elements(napi_env env, napi_value array) {
  uint32_t length;
  check(napi_get_array_length(env, array, &length));
  std::vector<napi_value> result(length);
  for (uint32_t i = 0; i < length; i++) check(napi_get_element(env, array, i, &result[i]));
  return result;
}

bool isArray(napi_env env, napi_value value) {
  bool result;
  check(napi_is_array(env, value, &result));
  return result;
}

std::string text(napi_env env, napi_value value) {
  std::string result;
  check(tfnodejs::GetStringParam(env, value, result));
  return result;
}

int64_t integer(napi_env env, napi_value value) {
  int64_t result;
  check(napi_get_value_int64(env, value, &result));
  return result;
}

float real(napi_env env, napi_value value) {
  double result;
  check(napi_get_value_double(env, value, &result));
  return static_cast<float>(result);
}

bool boolean(napi_env env, napi_value value) {
  bool result;
  check(napi_get_value_bool(env, value, &result));
  return result;
}

napi_value property(napi_env env, napi_value object, const char* name) {
  napi_value result;
  check(napi_get_named_property(env, object, name, &result));
  return result;
}

std::vector<int64_t> integers(napi_env env, napi_value array) {
  std::vector<int64_t> result;
  for (napi_value element : elements(env, array)) result.push_back(integer(env, element));
  return result;
}

TF_DataType dataType(napi_env env, napi_value value) { return static_cast<TF_DataType>(integer(env, value)); }

napi_value number(napi_env env, int64_t value) {
  napi_value result;
  check(napi_create_int64(env, value, &result));
  return result;
}

Graph& graphOf(napi_env env, napi_value external) {
  void* data;
  check(napi_get_value_external(env, external, &data));
  return *static_cast<Graph*>(data);
}

TFJSBackend& backendOf(napi_env env) {
  void* backend;
  check(napi_get_instance_data(env, &backend));
  return *static_cast<TFJSBackend*>(backend);
}

TFE_Context* context(napi_env env) { return contextOf(backendOf(env)); }

// Nodes of a graph. What they give is known by its place among the graph's values.

napi_value addValue(napi_env env, Graph& graph, TF_Output output) {
  graph.values.push_back(output);
  return number(env, graph.values.size() - 1);
}

// {value, dtype, shape} of an output; shape is null, or a length in it is -1, where TensorFlow cannot tell without numbers.
napi_value describe(napi_env env, Graph& graph, TF_Output output) {
  Status status;
  const int rank = TF_GraphGetTensorNumDims(graph.graph, output, status);
  status.check();
  napi_value shape;
  if (rank < 0) {
    check(napi_get_null(env, &shape));
  } else {
    std::vector<int64_t> lengths(rank);
    TF_GraphGetTensorShape(graph.graph, output, lengths.data(), rank, status);
    status.check();
    check(napi_create_array_with_length(env, rank, &shape));
    for (int i = 0; i < rank; i++) check(napi_set_element(env, shape, i, number(env, lengths[i])));
  }
  napi_value result;
  check(napi_create_object(env, &result));
  check(napi_set_named_property(env, result, "value", addValue(env, graph, output)));
  check(napi_set_named_property(env, result, "dtype", number(env, TF_OperationOutputType(output))));
  check(napi_set_named_property(env, result, "shape", shape));
  return result;
}

void setAttribute(napi_env env, TF_OperationDescription* node, napi_value attribute) {
  const std::string name = text(env, property(env, attribute, "name"));
  const napi_value value = property(env, attribute, "value");
  const bool list = isArray(env, value);
  switch (integer(env, property(env, attribute, "type"))) {
    case TF_ATTR_STRING: {
      const std::string bytes = text(env, value);
      return TF_SetAttrString(node, name.c_str(), bytes.data(), bytes.size());
    }
    case TF_ATTR_INT: {
      if (!list) return TF_SetAttrInt(node, name.c_str(), integer(env, value));
      const std::vector<int64_t> values = integers(env, value);
      return TF_SetAttrIntList(node, name.c_str(), values.data(), values.size());
    }
    case TF_ATTR_FLOAT: {
      if (!list) return TF_SetAttrFloat(node, name.c_str(), real(env, value));
      std::vector<float> values;
      for (napi_value element : elements(env, value)) values.push_back(real(env, element));
      return TF_SetAttrFloatList(node, name.c_str(), values.data(), values.size());
    }
    case TF_ATTR_BOOL: {
      if (!list) return TF_SetAttrBool(node, name.c_str(), boolean(env, value));
      std::vector<unsigned char> values;
      for (napi_value element : elements(env, value)) values.push_back(boolean(env, element));
      return TF_SetAttrBoolList(node, name.c_str(), values.data(), values.size());
    }
    case TF_ATTR_TYPE: {
      if (!list) return TF_SetAttrType(node, name.c_str(), dataType(env, value));
      std::vector<TF_DataType> values;
      for (napi_value element : elements(env, value)) values.push_back(dataType(env, element));
      return TF_SetAttrTypeList(node, name.c_str(), values.data(), values.size());
    }
    case TF_ATTR_SHAPE: {
      const std::vector<int64_t> shape = integers(env, value);
      return TF_SetAttrShape(node, name.c_str(), shape.data(), shape.size());
    }
    default:
      throw std::runtime_error("attribute " + name + " has a type that the TensorFlow addon does not know");
  }
}

TF_Output valueOf(napi_env env, Graph& graph, napi_value index) { return graph.values.at(integer(env, index)); }

using Arguments = std::vector<napi_value>;

napi_value createGraph(napi_env env, const Arguments&) {
  auto graph = std::make_unique<Graph>();
  napi_value result;
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Graph*>(data); };
  check(napi_create_external(env, graph.get(), finalize, nullptr, &result));
  graph.release();
  return result;
}

// (graph, dtype, shape) → value
napi_value addInput(napi_env env, const Arguments& given) {
  Graph& graph = graphOf(env, given[0]);
  const std::vector<int64_t> shape = integers(env, given[2]);
  TF_OperationDescription* node = graph.begin("Placeholder");
  TF_SetAttrType(node, "dtype", dataType(env, given[1]));
  TF_SetAttrShape(node, "shape", shape.data(), shape.size());
  Status status;
  TF_Operation* operation = TF_FinishOperation(node, status);
  status.check();
  return addValue(env, graph, {operation, 0});
}

// (graph, dtype, shape, typed array) → value
napi_value addConstant(napi_env env, const Arguments& given) {
  Graph& graph = graphOf(env, given[0]);
  const TF_DataType dtype = dataType(env, given[1]);
  const std::vector<int64_t> shape = integers(env, given[2]);
  size_t bytes = TF_DataTypeSize(dtype);
  for (int64_t length : shape) bytes *= length;
  napi_typedarray_type type;
  size_t length;
  void* data;
  check(napi_get_typedarray_info(env, given[3], &type, &length, &data, nullptr, nullptr));
  const size_t width = type == napi_uint8_array ? 1 : 4;
  if (length * width != bytes) throw std::runtime_error("a constant's numbers do not fill its shape");
  std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)> tensor(
      TF_AllocateTensor(dtype, shape.data(), shape.size(), bytes), &TF_DeleteTensor);
  memcpy(TF_TensorData(tensor.get()), data, bytes);
  TF_OperationDescription* node = graph.begin("Const");
  Status status;
  TF_SetAttrTensor(node, "value", tensor.get(), status);
  status.check();
  TF_SetAttrType(node, "dtype", dtype);
  TF_Operation* operation = TF_FinishOperation(node, status);
  status.check();
  return addValue(env, graph, {operation, 0});
}

// (graph, operation, attributes, values or lists of values) → {value, dtype, shape}[]
napi_value addOperation(napi_env env, const Arguments& given) {
  Graph& graph = graphOf(env, given[0]);
  TF_OperationDescription* node = graph.begin(text(env, given[1]));
  for (napi_value input : elements(env, given[3])) {
    if (!isArray(env, input)) {
      TF_AddInput(node, valueOf(env, graph, input));
      continue;
    }
    std::vector<TF_Output> list;
    for (napi_value element : elements(env, input)) list.push_back(valueOf(env, graph, element));
    TF_AddInputList(node, list.data(), list.size());
  }
  for (napi_value attribute : elements(env, given[2])) setAttribute(env, node, attribute);
  Status status;
  TF_Operation* operation = TF_FinishOperation(node, status);
  status.check();
  napi_value result;
  const int outputs = TF_OperationNumOutputs(operation);
  check(napi_create_array_with_length(env, outputs, &result));
  for (int i = 0; i < outputs; i++) {
    check(napi_set_element(env, result, i, describe(env, graph, {operation, i})));
  }
  return result;
}

// (graph, operation) → its OpDef, a protocol buffer, as bytes
napi_value operationDefinition(napi_env env, const Arguments& given) {
  Status status;
  std::unique_ptr<TF_Buffer, decltype(&TF_DeleteBuffer)> buffer(TF_NewBuffer(), &TF_DeleteBuffer);
  TF_GraphGetOpDef(graphOf(env, given[0]).graph, text(env, given[1]).c_str(), buffer.get(), status);
  status.check();
  void* data;
  napi_value bytes, result;
  check(napi_create_arraybuffer(env, buffer->length, &data, &bytes));
  memcpy(data, buffer->data, buffer->length);
  check(napi_create_typedarray(env, napi_uint8_array, buffer->length, bytes, 0, &result));
  return result;
}

// (graph, name, input values, output values): from now on the context runs the graph by its name
napi_value defineFunction(napi_env env, const Arguments& given) {
  Graph& graph = graphOf(env, given[0]);
  std::vector<TF_Output> inputs, outputs;
  for (napi_value value : elements(env, given[2])) inputs.push_back(valueOf(env, graph, value));
  for (napi_value value : elements(env, given[3])) outputs.push_back(valueOf(env, graph, value));
  Status status;
  std::unique_ptr<TF_Function, decltype(&TF_DeleteFunction)> function(
      TF_GraphToFunction(graph.graph, text(env, given[1]).c_str(), 0, -1, nullptr, inputs.size(), inputs.data(),
                         outputs.size(), outputs.data(), nullptr, nullptr, nullptr, status),
      &TF_DeleteFunction);
  status.check();
  TFE_ContextAddFunction(context(env), function.get(), status);
  status.check();
  napi_value nothing;
  check(napi_get_undefined(env, &nothing));
  return nothing;
}

// (name): the context forgets the function
napi_value removeFunction(napi_env env, const Arguments& given) {
  Status status;
  TFE_ContextRemoveFunction(context(env), text(env, given[0]).c_str(), status);
  status.check();
  napi_value nothing;
  check(napi_get_undefined(env, &nothing));
  return nothing;
}

// (id, from, numbers): puts numbers into the memory of a float tensor on the CPU, from an element of it on
napi_value writeNumbers(napi_env env, const Arguments& given) {
  const Handles& handles = handlesOf(backendOf(env));
  const auto found = handles.find(static_cast<int32_t>(integer(env, given[0])));
  if (found == handles.end()) throw std::runtime_error("there is no tensor to put numbers into");
  const int64_t from = integer(env, given[1]);
  napi_typedarray_type type;
  size_t length;
  void* numbers;
  check(napi_get_typedarray_info(env, given[2], &type, &length, &numbers, nullptr, nullptr));
  Status status;
  std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)> tensor(TFE_TensorHandleResolve(found->second, status),
                                                                &TF_DeleteTensor);
  status.check();
  if (type != napi_float32_array || TF_TensorType(tensor.get()) != TF_FLOAT || from < 0 ||
      from + static_cast<int64_t>(length) > TF_TensorElementCount(tensor.get())) {
    throw std::runtime_error("numbers that do not fit were to be put into a tensor");
  }
  memcpy(static_cast<float*>(TF_TensorData(tensor.get())) + from, numbers, length * sizeof(float));
  napi_value nothing;
  check(napi_get_undefined(env, &nothing));
  return nothing;
}

// (): gives memory that is free back to the system
napi_value releaseFreeMemory(napi_env env, const Arguments&) {
#ifdef __linux__
  releaseTensorMemory();
#endif
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  napi_value nothing;
  check(napi_get_undefined(env, &nothing));
  return nothing;
}

template <napi_value (*body)(napi_env, const Arguments&), size_t count>
napi_value call(napi_env env, napi_callback_info info) {
  try {
    size_t given = count;
    Arguments arguments(count);
    check(napi_get_cb_info(env, info, &given, arguments.data(), nullptr, nullptr));
    if (given < count) throw std::runtime_error("too few arguments were given to the TensorFlow addon");
    return body(env, arguments);
  } catch (const std::exception& error) {
    bool pending = false;
    napi_is_exception_pending(env, &pending);
    if (!pending) napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

napi_property_descriptor method(const char* name, napi_callback callback) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default, nullptr};
}

}  // namespace nlora

NAPI_MODULE_INIT() {
  using namespace nlora;
  if (!tfnodejs::InitTFNodeJSBinding(env, exports)) return nullptr;
  const napi_property_descriptor methods[] = {
      method("createGraph", call<createGraph, 0>),
      method("addInput", call<addInput, 3>),
      method("addConstant", call<addConstant, 4>),
      method("addOperation", call<addOperation, 4>),
      method("operationDefinition", call<operationDefinition, 2>),
      method("defineFunction", call<defineFunction, 4>),
      method("removeFunction", call<removeFunction, 1>),
      method("writeNumbers", call<writeNumbers, 3>),
      method("releaseFreeMemory", call<releaseFreeMemory, 0>),
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(*methods), methods);
  return exports;
}
