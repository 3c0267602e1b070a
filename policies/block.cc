// block: plain grouping; only the vendor's schemas know it. source: control-flow.md#appendix-block
#include "policies/table.h"

namespace portcullis {
namespace {

struct Block {};

void emit(FlowBuilder& flow, const Element& element, const void*) { flow.children(element); }

}  // namespace

const PolicySpec kBlock = flow_policy<Block>("block", element_of<Block>({}), &emit).holding_policies();

}  // namespace portcullis
