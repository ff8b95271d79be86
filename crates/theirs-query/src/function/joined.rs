//! Texts put together: `x || x` over and over, in subqueries of subqueries, would double them until
//! there is no memory left, and none of it is counted. So what joins texts first looks how long they
//! become.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::kernels::concat_elements::concat_elements_utf8;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::bounded::{bytes, within};

/// Reads `||` between texts.
#[derive(Debug)]
pub(crate) struct Joining;

static JOIN: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Arc::new(Join::new().into()));

impl ExprPlanner for Joining {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let is_list = |side: &Expr| {
            side.get_type(schema).is_ok_and(|kind| kind.is_nested() || kind.is_binary())
        };
        if expr.op != BinaryOperator::StringConcat || is_list(&expr.left) || is_list(&expr.right) {
            return Ok(PlannerResult::Original(expr));
        }
        let args = vec![expr.left, expr.right];
        let joined = ScalarFunction::new_udf(Arc::clone(&JOIN), args);
        Ok(PlannerResult::Planned(Expr::ScalarFunction(joined)))
    }
}

/// `||` of two texts; of anything and nothing it makes nothing.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Join(Signature);

impl Join {
    fn new() -> Self {
        Self(Signature::user_defined(Volatility::Immutable))
    }
}

impl ScalarUDFImpl for Join {
    fn name(&self) -> &'static str {
        "||"
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else { return plan_err!("|| stands between two texts") };
        Ok(format!("{left} || {right}"))
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else { return plan_err!("|| stands between two texts") };
        Ok(format!("{} || {}", left.schema_name(), right.schema_name()))
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        if !kinds.iter().any(|kind| kind.is_string() || kind.is_null()) {
            return plan_err!("one side of || is a text");
        }
        Ok(vec![DataType::Utf8; kinds.len()])
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        fits(self.name(), &args)?;
        let single = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let joined = concat_elements_utf8(sides[0].as_string::<i32>(), sides[1].as_string())?;
        if single && joined.len() == 1 {
            let one = datafusion::common::ScalarValue::try_from_array(&joined, 0)?;
            return Ok(ColumnarValue::Scalar(one));
        }
        Ok(ColumnarValue::Array(Arc::new(joined)))
    }
}

/// Refuses texts that would be too long together; the first argument may stand between all others.
pub(super) fn fits(name: &str, args: &ScalarFunctionArgs) -> Result<()> {
    let mut whole: usize = 0;
    for (at, arg) in args.args.iter().enumerate() {
        let (length, _) = bytes(arg, args.number_rows)?;
        let times = if at == 0 { args.args.len().max(2) - 1 } else { 1 };
        whole = whole.saturating_add(length.saturating_mul(times));
    }
    within(name, whole)
}
